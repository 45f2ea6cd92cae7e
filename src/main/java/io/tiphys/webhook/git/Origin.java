package io.tiphys.webhook.git;

/// Who said something, and in which delivery.
record Origin(String provider, String delivery) {

    /// What names itself like something before it in the same delivery: a branch of the same name
    /// in another repository.
    Origin part(int index) {
        return new Origin(provider, delivery + ":" + index);
    }
}
