/// What it takes to reach a host, whatever it keeps: encryption, proxies and keys as a Secret has
/// them, the rule where credentials may be shown, [Web], which asks for what is no Git protocol, no
/// more of it than allowed and no more often than needed, and [Api], which changes something. Used
/// by the rooms beside it that know a kind of host.
@NullMarked
package io.tiphys.repo.host;

import org.jspecify.annotations.NullMarked;
