package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.JsonNode;

/// A patch and how it is to be read.
public record Patch(Form form, JsonNode body) {

    public enum Form {
        MERGE,
        JSON,
        STRATEGIC,
        APPLY
    }
}
