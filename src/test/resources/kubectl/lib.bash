# Sourced by every script: words for what must be so. $NAMESPACE is the script's own namespace, and
# kubectl works in it.

fail() {
    echo "$*" >&2
    exit 1
}

# is <wanted> <command...>: the command's output is exactly that.
is() {
    local wanted=$1 found
    shift
    found=$("$@") || fail "failed: $*"
    [ "$found" = "$wanted" ] || fail "$*: '$found' instead of '$wanted'"
}

# says <words> <command...>: the command succeeds and its output, errors included, holds them.
says() {
    local words=$1 found
    shift
    found=$("$@" 2>&1) || fail "failed: $*: $found"
    [[ $found == *"$words"* ]] || fail "$*: no '$words' in: $found"
}

# refuses <words> <command...>: the command fails and says them.
refuses() {
    local words=$1 found
    shift
    ! found=$("$@" 2>&1) || fail "was not refused: $*: $found"
    [[ $found == *"$words"* ]] || fail "$*: no '$words' in: $found"
}

# soon <command...>: the command succeeds before long.
soon() {
    local _
    for _ in $(seq 150); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.2
    done
    fail "has not come to be: $*"
}

# made <arguments of kubectl create...>: makes it by way of a manifest. kubectl sends what it makes
# from flags as protobuf, which the sandbox does not read and says so.
made() {
    kubectl create "$@" --dry-run=client -o yaml | kubectl create -f -
}

field() {
    kubectl get "$1" -o "jsonpath={$2}"
}

# deployment <name> <replicas> [image]: its manifest.
deployment() {
    cat <<YAML
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $1
spec:
  replicas: $2
  selector:
    matchLabels: {app: $1}
  template:
    metadata:
      labels: {app: $1}
    spec:
      containers:
        - name: main
          image: ${3:-registry.local/app:1.0.0}
          ports:
            - containerPort: 80
YAML
}

config_map() {
    cat <<YAML
apiVersion: v1
kind: ConfigMap
metadata: {name: $1}
data: {$2}
YAML
}
