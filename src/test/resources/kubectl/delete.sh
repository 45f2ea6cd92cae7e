# Deletion: with what is owned, without it, and not before finalizers are done.
kubectl apply -f <(config_map plain 'a: "1"')
says 'configmap "plain" deleted' kubectl delete configmap plain
refuses NotFound kubectl get configmap plain
refuses NotFound kubectl delete configmap plain
kubectl delete configmap plain --ignore-not-found

for propagation in background foreground orphan; do
    kubectl apply -f <(deployment "$propagation" 1)
    soon test -n "$(kubectl get replicasets -l app="$propagation" -o name)" ||
        soon sh -c "kubectl get replicasets -l app=$propagation -o name | grep -q ."
    kubectl delete deployment "$propagation" --cascade="$propagation"
done
soon sh -c '! kubectl get replicasets -l app=background -o name | grep -q .'
is '' kubectl get replicasets -l app=foreground -o name
says replicaset kubectl get replicasets -l app=orphan -o name
is '' kubectl get replicasets -l app=orphan -o 'jsonpath={.items[0].metadata.ownerReferences}'

kubectl apply -f <(config_map 'held, finalizers: [example.org/hold]' 'a: "1"')
kubectl delete configmap held --wait=false
says T field configmap/held .metadata.deletionTimestamp
kubectl patch configmap held --type=merge -p '{"metadata":{"finalizers":null}}'
soon sh -c '! kubectl get configmap held'

made configmap a
made configmap b
kubectl label configmap a b gone=soon
kubectl delete configmaps -l gone=soon
is '' kubectl get configmaps -l gone=soon -o name
