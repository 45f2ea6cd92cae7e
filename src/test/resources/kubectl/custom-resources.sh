# A CRD makes a kind that kubectl treats as its own.
group=$NAMESPACE.example.org
trap 'kubectl delete crd widgets.$group --ignore-not-found --wait=false' EXIT
kubectl apply -f - <<YAML
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.$group}
spec:
  group: $group
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, shortNames: [wdg]}
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        status: {}
        scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: integer, minimum: 1}
                color: {type: string, default: blue}
                replicas: {type: integer}
            status:
              type: object
              properties:
                replicas: {type: integer}
YAML
kubectl wait --for=condition=Established "crd/widgets.$group" --timeout=30s
widget() {
    printf 'apiVersion: %s/v1\nkind: Widget\nmetadata: {name: w}\nspec: {%s}\n' "$group" "$1"
}
soon kubectl get widgets
says created kubectl apply -f <(widget 'size: 1')
is blue field wdg/w .spec.color
says configured kubectl apply -f <(widget 'size: 2, color: red')
is red field widget/w .spec.color
refuses 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1' \
    kubectl apply -f <(widget 'size: 0')
refuses 'unknown field "spec.sise"' kubectl apply -f <(widget 'size: 1, sise: 2')
kubectl scale widget w --replicas=3
is 3 field widget/w .spec.replicas
kubectl patch widget w --subresource=status --type=merge -p '{"status":{"replicas":3}}'
is 3 field widget/w .status.replicas
says color kubectl explain widget.spec
says serverside-applied kubectl apply --server-side --force-conflicts -f <(widget 'size: 4')
kubectl delete "crd/widgets.$group"
soon sh -c "! kubectl get widgets.$group"
