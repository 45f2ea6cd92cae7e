kubectl apply -f <(deployment web 1)
says 'deployment.apps/web scaled' kubectl scale deployment web --replicas=3
is 3 field deployment/web .spec.replicas
refuses 'Expected replicas to be 7' kubectl scale deployment web --current-replicas=7 --replicas=1
kubectl wait --for=jsonpath='{.spec.replicas}'=3 deployment/web --timeout=30s
soon sh -c '[ "$(kubectl get replicasets -l app=web -o "jsonpath={.items[0].spec.replicas}")" = 3 ]'
