function(path) { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: std.extVar('app') }, data: { path: path, short: std.extVar('short') } }
