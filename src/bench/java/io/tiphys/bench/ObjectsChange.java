package io.tiphys.bench;

/// What happens to the objects with one commit.
enum ObjectsChange {
    ONE("change one"),
    ALL("change all"),
    NONE("change nothing"),
    TENTH("delete a tenth");

    private final String words;

    ObjectsChange(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    int objects(int all) {
        return switch (this) {
            case ONE -> 1;
            case ALL -> all;
            case NONE -> 0;
            case TENTH -> all / 10;
        };
    }

    /// Whether there is a loop that does the same.
    boolean isWritten() {
        return this == ONE || this == ALL;
    }
}
