# What the server offers, and what its kinds mean.
says 'deployments ' kubectl api-resources --api-group=apps
says 'configmaps ' kubectl api-resources --namespaced=true --verbs=list,watch
says apps/v1 kubectl api-versions
says '"gitVersion"' kubectl get --raw /version
says ok kubectl get --raw /readyz
says replicas kubectl explain deployment.spec
says '<map[string]string>' kubectl explain configmap.data
refuses 'could not find the requested resource' kubectl get --raw /apis/absent.example.org/v1
