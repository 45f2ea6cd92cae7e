# Fields have owners: another's is only taken by force, and what an owner drops goes.
says 'configmap/shared serverside-applied' \
    kubectl apply --server-side --field-manager=one -f <(config_map shared 'a: "1", b: "1"')
refuses 'Apply failed with 1 conflict: conflict with "one": .data.a' \
    kubectl apply --server-side --field-manager=two -f <(config_map shared 'a: "2"')
is 1 field configmap/shared .data.a
says serverside-applied \
    kubectl apply --server-side --field-manager=two --force-conflicts -f <(config_map shared 'a: "2"')
is 2 field configmap/shared .data.a
kubectl apply --server-side --field-manager=one -f <(config_map shared 'c: "3"')
is '{"a":"2","c":"3"}' field configmap/shared .data
for manager in one two; do
    says "$manager" field configmap/shared '.metadata.managedFields[*].manager'
done

# From client-side to server-side apply and on, without conflict.
kubectl apply -f <(deployment web 1)
says serverside-applied kubectl apply --server-side -f <(deployment web 2)
is 2 field deployment/web .spec.replicas

says 'serverside-applied (server dry run)' \
    kubectl apply --server-side --dry-run=server -f <(deployment web 5)
is 2 field deployment/web .spec.replicas

refuses '.spec.replica: field not declared in schema' \
    kubectl apply --server-side -f <(deployment web 2 | sed 's/replicas:/replica:/')
