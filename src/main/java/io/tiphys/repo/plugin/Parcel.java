package io.tiphys.repo.plugin;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a plugin is sent of one source.
///
/// @param application its name
/// @param path where the source's files lie in the archive; `.` for its root
/// @param environment variables for the plugin's commands
/// @param archive a file: tar, compressed with gzip
/// @param checksum SHA-256 of the archive, in hexadecimal digits
public record Parcel(
        String application,
        String path,
        Map<String, String> environment,
        Path archive,
        String checksum) {

    /// The same with more variables.
    public Parcel with(Map<String, String> more) {
        var all = new LinkedHashMap<>(environment);
        all.putAll(more);
        return new Parcel(application, path, all, archive, checksum);
    }
}
