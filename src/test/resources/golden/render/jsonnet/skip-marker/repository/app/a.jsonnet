// +argocd:skip-file-rendering
error 'x'