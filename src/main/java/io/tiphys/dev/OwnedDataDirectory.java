package io.tiphys.dev;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Opens the data directory when the first embedded server needs it, and gives it free at the end.
class OwnedDataDirectory {

    @Produces
    @Singleton
    DataDirectory open(DevConfig config) {
        return DataDirectory.open(config.dataDir());
    }

    void close(@Disposes DataDirectory data) {
        data.close();
    }
}
