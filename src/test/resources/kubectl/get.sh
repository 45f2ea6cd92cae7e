# Reading, in every form.
kubectl apply -f <(deployment web 2) -f <(config_map one 'a: "1"') -f <(config_map two 'a: "2"')
kubectl label configmap one set=x
kubectl label configmap two set=y
is configmap/one kubectl get configmaps -l set=x -o name
is configmap/two kubectl get configmaps -l 'set notin (x),set' -o name
is configmap/one kubectl get configmaps --field-selector metadata.name=one -o name
is '1 2' kubectl get configmaps one two -o 'jsonpath={.items[*].data.a}'
says 'kind: ConfigMap' kubectl get configmap one -o yaml
says '"kind": "Deployment"' kubectl get deployment web -o json
says registry.local/app:1.0.0 kubectl get deployment web -o wide
is 2 kubectl get deployment web -o custom-columns=N:.spec.replicas --no-headers
says "$NAMESPACE" kubectl get configmaps -A
says two kubectl get configmaps --chunk-size=1
says deployment.apps/web kubectl get deployments,services,configmaps -o name
says 'Name:         one' kubectl describe configmap one
says registry.local/app:1.0.0 kubectl describe deployment web
refuses 'Error from server (NotFound): configmaps "absent" not found' kubectl get configmap absent
says '' kubectl get configmap absent --ignore-not-found
refuses "the server doesn't have a resource type \"nonsense\"" kubectl get nonsense
refuses 'Error from server (BadRequest)' \
    kubectl get deployments --field-selector spec.replicas=2
