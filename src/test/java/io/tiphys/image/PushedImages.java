package io.tiphys.image;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.ApplicationId;

/// What pushes of one image ask for.
final class PushedImages {

    private PushedImages() {}

    static WriteBack asking(ApplicationId application, String cause, int together) {
        return new WriteBack(
                application,
                "https://h/r",
                "main",
                application.name(),
                "app",
                "registry.local/app",
                "2.0.0",
                "",
                cause,
                together);
    }
}
