package io.tiphys.bench;

import java.util.Map;

/// B3.
final class PushToLive {

    PushToLive(Options options) {}

    Map<String, Object> run() {
        return Map.of();
    }
}
