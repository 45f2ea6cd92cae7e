# simulated: a rollout ends only where pods run.
kubectl apply -f <(deployment web 2)
says 'successfully rolled out' kubectl rollout status deployment/web --timeout=60s
kubectl wait --for=condition=Available deployment/web --timeout=60s
kubectl wait --for=condition=Ready pod -l app=web --timeout=60s
kubectl scale deployment web --replicas=3
kubectl rollout status deployment/web --timeout=60s
is 3 field deployment/web .status.readyReplicas
kubectl set image deployment/web main=registry.local/app:2.0.0
kubectl rollout status deployment/web --timeout=60s
says 2 kubectl rollout history deployment/web
kubectl rollout undo deployment/web
kubectl rollout status deployment/web --timeout=60s
is registry.local/app:1.0.0 field deployment/web '.spec.template.spec.containers[0].image'
kubectl rollout restart deployment/web
kubectl rollout status deployment/web --timeout=60s
kubectl rollout pause deployment/web
kubectl rollout resume deployment/web
made job once --image=registry.local/job:1
kubectl wait --for=condition=Complete job/once --timeout=60s
kubectl delete deployment web
kubectl wait --for=delete pod -l app=web --timeout=60s
