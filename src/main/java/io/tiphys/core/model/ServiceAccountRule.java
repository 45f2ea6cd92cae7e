package io.tiphys.core.model;

/// As whom Applications of a project are synced to some destinations.
///
/// @param account of the destination's namespace, or `namespace:name`
public record ServiceAccountRule(Glob server, Glob namespace, String account) {

    private static final String NOT_IN_NAMES = "!*[]{}\\/";

    static ServiceAccountRule read(Fields fields) {
        var account = fields.string("defaultServiceAccount");
        if (account.isBlank() || account.chars().anyMatch(c -> NOT_IN_NAMES.indexOf(c) >= 0)) {
            throw new InvalidSpecException(
                    "%s.defaultServiceAccount has an invalid format, '%s'"
                            .formatted(fields.where(), account));
        }
        return new ServiceAccountRule(glob(fields, "server"), glob(fields, "namespace"), account);
    }

    private static Glob glob(Fields fields, String name) {
        var text = fields.string(name);
        if (text.contains("!")) {
            throw new InvalidSpecException(
                    "%s.%s has an invalid format, '%s'".formatted(fields.where(), name, text));
        }
        return new Glob(fields.where() + "." + name, text);
    }
}
