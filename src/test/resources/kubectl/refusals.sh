# Bad input, in the words that a real server has for it.
refuses 'namespaces "absent-one" not found' \
    kubectl create -n absent-one -f <(config_map a 'a: "1"')
refuses 'metadata.name: Invalid value: "Not_A_Name"' \
    kubectl create -f <(config_map Not_A_Name 'a: "1"')
refuses 'spec.template.spec.containers[0].image: Required value' \
    kubectl create -f <(deployment web 1 | sed '/image:/d')
refuses 'selector' kubectl create --validate=false -f <(deployment web 1 | sed 's/labels: {app: web}/labels: {app: other}/')
refuses 'no matches for kind "Nonsense"' \
    kubectl create -f <(config_map a 'a: "1"' | sed 's/ConfigMap/Nonsense/')
refuses 'strict decoding error: unknown field "daata"' \
    kubectl create -f <(config_map a 'a: "1"' | sed 's/^data/daata/')
says 'Warning: unknown field "daata"' \
    kubectl create --validate=warn -f <(config_map a 'a: "1"' | sed 's/^data/daata/')
refuses 'the namespace from the provided object "default" does not match' \
    kubectl create -n "$NAMESPACE" -f <(config_map 'b, namespace: default' 'a: "1"')
