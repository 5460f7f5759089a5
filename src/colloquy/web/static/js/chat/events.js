// Server-sent events out of pieces of text, however they were cut.

// `next()` resolves to the next piece, or null at the end. An event that is not complete at the end never happened.
export async function* eventsOf(next) {
  let rest = "";
  for (;;) {
    const piece = await next();
    if (piece === null) return;
    rest += piece;
    for (let at = rest.indexOf("\n\n"); at >= 0; at = rest.indexOf("\n\n")) {
      const event = parsed(rest.slice(0, at));
      rest = rest.slice(at + 2);
      if (event) yield event;
    }
  }
}

// null for a comment, which only says that the line is alive.
function parsed(block) {
  const event = { name: "", id: null, data: "" };
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) event.name = line.slice(7);
    else if (line.startsWith("id: ")) event.id = line.slice(4);
    else if (line.startsWith("data: ")) event.data += line.slice(6);
  }
  return event.name ? { ...event, data: JSON.parse(event.data) } : null;
}
