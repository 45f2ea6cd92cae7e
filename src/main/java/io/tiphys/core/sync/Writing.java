package io.tiphys.core.sync;

import io.tiphys.core.model.Manifest;

/// How a resource is brought to what is declared.
///
/// @param strict whether fields that its kind does not have are refused
public record Writing(Way way, boolean strict) {

    public enum Way {
        APPLY,
        /// Delete it and make it anew if what is declared cannot be had of what is there.
        APPLY_OR_RECREATE,
        /// With all that others put into it gone.
        REPLACE,
        /// Delete it and make it anew in any case.
        RECREATE
    }

    public static final Writing APPLIED = new Writing(Way.APPLY, true);

    /// @param options of the operation, else of the Application
    /// @param forced whether the operation forces all that it writes
    public static Writing of(Manifest manifest, SyncOptions options, boolean forced) {
        var own = options.on(manifest.annotations());
        // With a namespace or a definition all that is in it would go as well.
        boolean force = (forced || own.forces()) && !holdsOthers(manifest);
        Way way;
        if (own.replaces()) {
            way = force ? Way.RECREATE : Way.REPLACE;
        } else {
            way = force ? Way.APPLY_OR_RECREATE : Way.APPLY;
        }
        return new Writing(way, own.validates());
    }

    /// Whether what is there and not declared goes.
    public boolean replaces() {
        return way == Way.REPLACE || way == Way.RECREATE;
    }

    private static boolean holdsOthers(Manifest manifest) {
        var type = manifest.type();
        return Definitions.isOne(type) || type.kind().equals("Namespace");
    }
}
