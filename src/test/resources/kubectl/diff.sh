# kubectl shows what an apply would change.
kubectl apply -f <(deployment web 1)
says '' kubectl diff -f <(deployment web 1)
set +e
difference=$(kubectl diff -f <(deployment web 2))
code=$?
set -e
[ "$code" = 1 ] || fail "kubectl diff ended with $code"
[[ $difference == *'-  replicas: 1'*'+  replicas: 2'* ]] || fail "$difference"
refuses '+  replicas: 3' kubectl diff --server-side -f <(deployment web 3)
