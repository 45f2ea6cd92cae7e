package io.tiphys.core.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// The text of a YAML file, and what its containers name, which is looked for when somebody needs
/// that, and then once for all who do.
public final class FileText {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String text;
    private volatile @Nullable ContainerImages images;

    public FileText(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /// Their marks count code points from the offset on.
    ///
    /// @throws UnreadableManifestException if it is no YAML
    List<Node> documents() {
        return YamlText.parse(text.substring(offset()));
    }

    /// What its containers name.
    ///
    /// @throws UnreadableManifestException if it is no YAML
    ContainerImages images() {
        var found = images;
        if (found == null) {
            found = ContainerImages.in(this);
            images = found;
        }
        return found;
    }

    /// Where the first document may begin: marks do not count a byte order mark.
    int offset() {
        return text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileText file && text.equals(file.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
