package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import org.jspecify.annotations.Nullable;

/// A last look at a write, once it is known what it makes of the object; refuses it by throwing.
public interface Gate {

    Gate OPEN = (_, _, _) -> {};

    /// @param live null where the write makes the object
    void check(ResourceType type, @Nullable ObjectNode live, ObjectNode next);
}
