package io.tiphys.dev;

/// Where a newcomer, or a script, finds the parts of a service on embedded defaults: three URLs,
/// the path of a kubeconfig, and Kafka's bootstrap address.
public record Endpoints(
        String api, String web, String sampleRepository, String kubeconfig, String kafka) {}
