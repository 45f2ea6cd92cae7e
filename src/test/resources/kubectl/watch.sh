# A watch tells what happens after it began.
events=$(mktemp)
kubectl get configmaps -l watched=yes --watch -o 'jsonpath={.metadata.name}={.data.a}{"\n"}' \
    --output-watch-events=false >"$events" &
watching=$!
trap 'kill $watching 2>/dev/null; rm -f "$events"' EXIT
kubectl apply -f <(config_map 'seen, labels: {watched: yes-it-is}' 'a: "0"')
kubectl label configmap seen --overwrite watched=yes
soon grep -q '^seen=0$' "$events"
kubectl patch configmap seen --type=merge -p '{"data":{"a":"1"}}'
soon grep -q '^seen=1$' "$events"
