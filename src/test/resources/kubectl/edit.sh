# The small writes of every day.
made configmap settings --from-literal=a=1
kubectl label configmap settings tier=front
kubectl annotate configmap settings note=old
refuses 'already has a value (front)' kubectl label configmap settings tier=back
kubectl label --overwrite configmap settings tier=back
is back field configmap/settings .metadata.labels.tier
kubectl label configmap settings tier-
is '' field configmap/settings .metadata.labels
is settings kubectl get configmap settings --template '{{.metadata.name}}'

made secret generic keys --from-literal=password=hunter2
is aHVudGVyMg== field secret/keys .data.password
made serviceaccount builder
made role reader --verb=get,list --resource=configmaps
made rolebinding readers --role=reader --serviceaccount="$NAMESPACE:builder"
is builder field rolebinding/readers '.subjects[0].name'
made job once --image=registry.local/job:1
is registry.local/job:1 field job/once '.spec.template.spec.containers[0].image'
made deployment web --image=registry.local/app:1 --port=80
kubectl expose deployment web --port=8080 --target-port=80 --dry-run=client -o yaml | kubectl create -f -
is web field service/web .spec.selector.app
kubectl set image deployment/web app=registry.local/app:2
is registry.local/app:2 field deployment/web '.spec.template.spec.containers[0].image'
kubectl set env deployment/web MODE=fast
is fast field deployment/web '.spec.template.spec.containers[0].env[0].value'
EDITOR="sed -i s/fast/slow/" kubectl edit deployment web
is slow field deployment/web '.spec.template.spec.containers[0].env[0].value'
kubectl get configmap settings -o json | sed 's/"1"/"2"/' | kubectl replace -f -
is 2 field configmap/settings .data.a
refuses AlreadyExists made configmap settings
