// Lists Applications and keeps the list right by the server's events. Text from outside goes into
// the page by textContent only.
"use strict";

const COLUMNS = ["name", "project", "sync", "health", "revision", "repository", "path", "message"];

const TONES = {
  Synced: "good",
  OutOfSync: "warn",
  Healthy: "good",
  Progressing: "busy",
  Suspended: "busy",
  Missing: "warn",
  Degraded: "bad",
};

// What the table shows and no more: a status may hold thousands of resources.
const FIELDS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.resourceVersion",
  "spec.project",
  "spec.source",
  "spec.sources",
  "status.sync.status",
  "status.sync.revision",
  "status.sync.revisions",
  "status.health",
  "status.conditions",
  "status.operationState.phase",
  "status.operationState.message",
];

const table = document.getElementById("applications");
const body = table.tBodies[0];
const empty = document.getElementById("empty");
const connection = document.getElementById("connection");
const news = document.getElementById("news");

/** Key (namespace/name) to {application, row}; `keys` is the same, in the order shown. */
const shown = new Map();
let keys = [];

/** Events that came before the list did; null once it is there. */
let early = [];
let generation = 0;

function connect() {
  const fields = ["result.type", ...FIELDS.map((field) => `result.application.${field}`)];
  const stream = new EventSource(`api/v1/stream/applications?fields=${fields.join(",")}`);
  stream.onopen = () => list(stream);
  stream.onmessage = (message) => {
    const { type, application } = JSON.parse(message.data).result;
    if (early) {
      early.push({ type, application });
    } else {
      take(type, application);
      summarize();
    }
  };
  stream.onerror = () => {
    generation++;
    disconnected();
    // After an error answer the browser gives up for good; we do not.
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(connect, 3000);
    }
  };
}

/** The whole list once for each connection: what was deleted in between must go. */
async function list(stream) {
  const mine = ++generation;
  early = [];
  try {
    const fields = FIELDS.map((field) => `items.${field}`).join(",");
    const answer = await fetch(`api/v1/applications?fields=${fields}`);
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    const items = (await answer.json()).items ?? [];
    if (mine !== generation) {
      return;
    }
    const present = new Set(items.map(keyOf));
    [...shown.keys()].filter((key) => !present.has(key)).forEach(remove);
    items.forEach((application) => show(application));
    const kept = early;
    early = null;
    kept.forEach(({ type, application }) => take(type, application));
    table.classList.remove("outdated");
    connection.dataset.state = "live";
    summarize();
  } catch (failure) {
    if (mine === generation) {
      stream.close();
      disconnected();
      setTimeout(connect, 3000);
    }
  }
}

function disconnected() {
  early = [];
  table.classList.add("outdated");
  connection.dataset.state = "disconnected";
  setText(connection, "Disconnected: this may be out of date. Trying again …");
}

function summarize() {
  const total = shown.size;
  setText(connection, `Live, ${total} Application${total === 1 ? "" : "s"}`);
  table.hidden = total === 0;
  empty.hidden = total !== 0;
}

function take(type, application) {
  const held = shown.get(keyOf(application));
  if (held && version(application) < version(held.application)) {
    return;
  }
  if (type === "DELETED") {
    remove(keyOf(application));
    setText(news, `${application.metadata.name} was deleted`);
    return;
  }
  const before = held && `${syncOf(held.application)}, ${healthOf(held.application)}`;
  const after = `${syncOf(application)}, ${healthOf(application)}`;
  show(application);
  if (before !== after) {
    setText(news, `${application.metadata.name}: ${after}`);
  }
}

function show(application) {
  const key = keyOf(application);
  let entry = shown.get(key);
  if (!entry) {
    entry = { row: newRow() };
    shown.set(key, entry);
    const at = placeOf(key);
    body.insertBefore(entry.row, body.rows[at] ?? null);
    keys.splice(at, 0, key);
  }
  entry.application = application;
  fill(entry.row, application);
}

function remove(key) {
  const entry = shown.get(key);
  if (entry) {
    entry.row.remove();
    shown.delete(key);
    keys.splice(placeOf(key), 1);
  }
}

function placeOf(key) {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function newRow() {
  const row = document.createElement("tr");
  row.setAttribute("role", "row");
  for (const column of COLUMNS) {
    const cell = document.createElement(column === "name" ? "th" : "td");
    cell.className = column;
    // Said in so many words, because the narrow layout takes the table's own roles away.
    cell.setAttribute("role", column === "name" ? "rowheader" : "cell");
    if (column === "name") {
      cell.scope = "row";
    } else {
      cell.dataset.label = column[0].toUpperCase() + column.slice(1);
    }
    row.append(cell);
  }
  return row;
}

function fill(row, application) {
  const cell = (column) => row.cells[COLUMNS.indexOf(column)];
  const source = application.spec?.source ?? application.spec?.sources?.[0] ?? {};
  setText(cell("name"), application.metadata.name);
  setText(cell("project"), application.spec?.project || "default");
  setTone(cell("sync"), syncOf(application));
  setTone(cell("health"), healthOf(application));
  const revision = application.status?.sync?.revision ?? application.status?.sync?.revisions?.[0];
  setText(cell("revision"), shortRevision(revision ?? ""));
  cell("revision").title = revision ?? "";
  setLink(cell("repository"), source.repoURL ?? "");
  setText(cell("path"), source.path ?? source.chart ?? "");
  const { text, tone } = messageOf(application);
  setText(cell("message"), text);
  cell("message").dataset.tone = tone;
}

function messageOf({ status }) {
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    const bad = conditions.some(({ type }) => type.endsWith("Error"));
    return {
      text: conditions.map(({ type, message }) => `${type}: ${message}`).join(" · "),
      tone: bad ? "bad" : "warn",
    };
  }
  const failed = ["Failed", "Error"].includes(status?.operationState?.phase);
  return {
    text: status?.operationState?.message || status?.health?.message || "",
    tone: failed ? "bad" : "",
  };
}

function setTone(cell, text) {
  setText(cell, text);
  cell.dataset.tone = TONES[text] ?? "";
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A link only for addresses that a browser may open, and never with a password in it. */
function setLink(cell, address) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    // Such as git@host:path; it is shown as it is.
  }
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    setText(cell, address);
    return;
  }
  url.username = "";
  url.password = "";
  const text = url.host + url.pathname.replace(/\.git\/?$/, "");
  if (cell.firstElementChild?.href === url.href) {
    return;
  }
  const link = document.createElement("a");
  link.href = url.href;
  link.rel = "noreferrer noopener";
  link.textContent = text;
  cell.replaceChildren(link);
}

function shortRevision(revision) {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision) ? revision.slice(0, 7) : revision;
}

function syncOf(application) {
  return application.status?.sync?.status || "Unknown";
}

function healthOf(application) {
  return application.status?.health?.status || "Unknown";
}

function keyOf({ metadata }) {
  return `${metadata.namespace}/${metadata.name}`;
}

function version({ metadata }) {
  return Number(metadata.resourceVersion ?? 0);
}

connect();
