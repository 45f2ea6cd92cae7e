package io.tiphys.repo.cache;

import io.tiphys.repo.RenderedStore;
import java.nio.file.Path;

/// Stores as the service has them, for what stands in front of them.
public final class DiskStores {

    private DiskStores() {}

    public static RenderedStore in(Path folder) {
        return new DiskStore(folder, "1.0.0", 256L << 20);
    }
}
