# The three kinds of patch.
kubectl apply -f <(deployment web 1)
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"registry.local/side:1"}]}}}}'
is 'side main' field deployment/web '.spec.template.spec.containers[*].name'
kubectl patch deployment web --type=json \
    -p '[{"op":"test","path":"/spec/replicas","value":1},{"op":"replace","path":"/spec/replicas","value":4}]'
is 4 field deployment/web .spec.replicas
refuses 'the server rejected our request' kubectl patch deployment web --type=json \
    -p '[{"op":"replace","path":"/spec/absent/deep","value":4}]'
kubectl patch deployment web --type=merge \
    -p '{"spec":{"template":{"spec":{"containers":[{"name":"only","image":"registry.local/only:1"}]}}}}'
is only field deployment/web '.spec.template.spec.containers[*].name'
says 'patched (no change)' kubectl patch deployment web --type=merge -p '{"spec":{"replicas":4}}'
kubectl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'
is 2 field deployment/web .spec.replicas
refuses 'spec.selector' kubectl patch deployment web --type=merge \
    -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'
