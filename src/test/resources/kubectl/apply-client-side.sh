# What is applied is created, changed and, when it is dropped from the file, taken away.
says 'deployment.apps/web created' kubectl apply -f <(deployment web 2)
says 'deployment.apps/web unchanged' kubectl apply -f <(deployment web 2)
says 'deployment.apps/web configured' kubectl apply -f <(deployment web 3 registry.local/app:1.1.0)
is 3 field deployment/web .spec.replicas
is registry.local/app:1.1.0 field deployment/web '.spec.template.spec.containers[0].image'

kubectl apply -f <(config_map settings 'a: "1", b: "2"')
kubectl apply -f <(config_map settings 'a: "1"')
is '{"a":"1"}' field configmap/settings .data

# What others added stays.
kubectl annotate configmap settings other=theirs
kubectl apply -f <(config_map settings 'a: "2"')
is theirs field configmap/settings .metadata.annotations.other

says 'configmap/settings created (dry run)' \
    kubectl apply --dry-run=client -n default -f <(config_map settings 'a: "2"')
says 'configmap/settings configured (server dry run)' \
    kubectl apply --dry-run=server -f <(config_map settings 'a: "3"')
is '{"a":"2"}' field configmap/settings .data

# What one set of files no longer declares is pruned.
kubectl label configmap settings set=one
says 'configmap/settings pruned' kubectl apply --prune -l set=one \
    --prune-allowlist=core/v1/ConfigMap -f <(config_map 'others, labels: {set: one}' 'a: "1"')
refuses NotFound kubectl get configmap settings
