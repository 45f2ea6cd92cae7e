package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.MalformedDeliveryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// The refs that one push moves, as a payload lists them.
final class RefList {

    /// Who pushes more at once, such as a mirror, is found by the next look at the repository.
    private static final int MAX_REFS = 2_000;

    private final String place;
    private final Ref.Names fields;
    private final List<Entry> entries = new ArrayList<>();

    /// One ref as it stands in the payload, unchecked.
    static final class Entry {

        private final Repository repository;

        String name = "";
        String before = "";
        String after = "";

        private Entry(Repository repository) {
            this.repository = repository;
        }

        private List<GitEvent> pushed(Ref.Names fields, Origin origin) {
            return repository.pushed(origin, Ref.of(fields, name, before, after));
        }
    }

    RefList(String place) {
        this(place, Ref.Names.USUAL);
    }

    /// @param fields of an entry, as messages name them
    RefList(String place, Ref.Names fields) {
        this.place = place;
        this.fields = fields;
    }

    /// The entry that comes now.
    ///
    /// @param repository that it is in; what is said of it may come later
    Entry next(Repository repository) {
        if (entries.size() == MAX_REFS) {
            throw new MalformedDeliveryException(
                    "The field '" + place + "' has more than " + MAX_REFS + " refs");
        }
        var entry = new Entry(repository);
        entries.add(entry);
        return entry;
    }

    List<GitEvent> pushed(Origin origin) {
        if (entries.isEmpty()) {
            throw MalformedDeliveryException.missing(place);
        }
        var names = new HashSet<String>();
        var events = new ArrayList<GitEvent>();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var part = names.add(entry.name) ? origin : origin.part(i);
            events.addAll(entry.pushed(fields.in(place + "[" + i + "]"), part));
        }
        return events;
    }
}
