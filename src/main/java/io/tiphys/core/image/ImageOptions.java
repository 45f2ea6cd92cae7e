package io.tiphys.core.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is said of an image, as it was written, under the names that annotations have.
record ImageOptions(Map<String, String> texts, Map<String, List<String>> lists) {

    ImageOptions {
        texts = Map.copyOf(texts);
        lists = Map.copyOf(lists);
    }

    /// Empty if nothing is said.
    String text(String name) {
        return texts.getOrDefault(name, "").strip();
    }

    Optional<String> said(String name) {
        return Optional.of(text(name)).filter(it -> !it.isEmpty());
    }

    List<String> list(String name) {
        return lists.getOrDefault(name, List.of());
    }

    /// These, and where they say nothing, the others.
    ImageOptions over(ImageOptions others) {
        var allTexts = new HashMap<>(others.texts);
        allTexts.putAll(texts);
        var allLists = new HashMap<>(others.lists);
        allLists.putAll(lists);
        return new ImageOptions(allTexts, allLists);
    }
}
