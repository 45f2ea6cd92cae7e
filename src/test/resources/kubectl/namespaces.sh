# A namespace takes all that is in it along.
inner=$NAMESPACE-inner
trap 'kubectl delete namespace "$inner" --ignore-not-found --wait=false' EXIT
made namespace "$inner"
made configmap a -n "$inner"
is Active kubectl get namespace "$inner" -o 'jsonpath={.status.phase}'
soon kubectl get serviceaccount default -n "$inner"
soon kubectl get configmap kube-root-ca.crt -n "$inner"
kubectl patch configmap a -n "$inner" --type=merge -p '{"metadata":{"finalizers":["example.org/hold"]}}'
kubectl delete namespace "$inner" --wait=false
is Terminating kubectl get namespace "$inner" -o 'jsonpath={.status.phase}'
refuses 'because it is being terminated' made configmap b -n "$inner"
kubectl patch configmap a -n "$inner" --type=merge -p '{"metadata":{"finalizers":null}}'
kubectl wait --for=delete "namespace/$inner" --timeout=60s
