package io.tiphys.repo.host;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Lets proxies that lead to encrypted hosts be told a password. Java keeps back what is not
/// encrypted itself, unless it is told otherwise before the first connection of the process.
@Singleton
class TunnelLogins {

    private static final String WITHHELD = "jdk.http.auth.tunneling.disabledSchemes";

    /// Before anybody can have connected.
    private static final int FIRST = 1;

    void start(@Observes @Priority(FIRST) StartupEvent event) {
        if (System.getProperty(WITHHELD) == null) {
            System.setProperty(WITHHELD, "");
        }
    }
}
