package io.tiphys.core.jq;

/// An expression cannot be read, does not fit the tree, or takes more than it may. The message is
/// for its author.
public final class JqFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean excessive;

    JqFailure(String message) {
        this(message, false);
    }

    private JqFailure(String message, boolean excessive) {
        super(message, null, false, false);
        this.excessive = excessive;
    }

    static JqFailure excess(String message) {
        return new JqFailure(message, true);
    }

    /// Whether it was stopped, where jq would still be at it.
    public boolean isExcessive() {
        return excessive;
    }
}
