/// The API of Kubernetes over HTTP: paths, content types, discovery, OpenAPI.
@NullMarked
package io.tiphys.dev.sandbox.http;

import org.jspecify.annotations.NullMarked;
