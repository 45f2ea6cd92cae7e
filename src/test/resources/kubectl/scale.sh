kubectl apply -f <(deployment web 1)
says 'deployment.apps/web scaled' kubectl scale deployment web --replicas=3
is 3 field deployment/web .spec.replicas
refuses 'expected replicas to be 7' kubectl scale deployment web --current-replicas=7 --replicas=1
kubectl wait --for=jsonpath='{.spec.replicas}'=3 deployment/web --timeout=30s
kubectl autoscale deployment web --min=2 --max=4 --cpu-percent=80
is 4 field horizontalpodautoscaler/web .spec.maxReplicas
soon sh -c '[ "$(kubectl get replicasets -l app=web -o "jsonpath={.items[0].spec.replicas}")" = 3 ]'
