// A number of a map taken apart: a click on a map asks Python for it; its card opens below the row of maps, and below
// it the cards of the number in it that counts most, down to the picture. Any number in a card can be chosen instead.

// What a map answers to: a click, and with the keyboard Enter for its middle and the arrows for a neighbour.
function listenToMap(state, canvas, { stage, width, height }, index) {
  const take = (row, column) => takeApart(state, [[stage, index, Math.min(Math.max(row, 0), height - 1), Math.min(Math.max(column, 0), width - 1)]]);
  canvas.onclick = (event) => {
    const box = canvas.getBoundingClientRect();
    take(Math.floor(((event.clientY - box.top) / box.height) * height), Math.floor(((event.clientX - box.left) / box.width) * width));
  };
  canvas.onkeydown = (event) => {
    const first = state.asked ?? state.header.pixel[0]?.place; // keys may come faster than answers
    const open = first && first[0] === stage && first[1] === index;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key in moves && open) take(first[2] + moves[event.key][0], first[3] + moves[event.key][1]);
    else if (event.key === "Enter" || event.key === " ") take(Math.floor(height / 2), Math.floor(width / 2));
    else if (event.key === "Escape" && open) takeApart(state, []);
    else return;
    event.preventDefault();
  };
}

function takeApart(state, path) {
  state.opening = path.length > 0;
  [state.asked] = path;
  const text = path.map((place) => place.join(",")).join(";");
  state.send("pixel", text);
  clearTimeout(state.askingAgain); // should the question get lost on the way
  state.askingAgain = setTimeout(() => !state.gone && state.base.path !== text && state.send("pixel", text), 1500);
}

// The cards below the row of maps in which the first number lies.
function drawCards(state, box, cards) {
  box.hidden = !cards.length;
  sync(box, cards, () => make("section", "card"), (section, card, depth) => {
    const [head, words, channels, total] = once(section, () => [make("header"), make("p", "words"), make("div", "channels"), make("p", "total")]);
    const [title, close] = once(head, () => [make("h3"), make("button", "", { type: "button" })]);
    set(title, `${card.title}: ${card.value}`);
    set(close, "Close");
    close.hidden = depth > 0;
    close.onclick = () => takeApart(state, []);
    set(words, card.words);
    set(total, card.total);
    channels.style.setProperty("--columns", card.columns);
    channels.classList.toggle("dense", card.columns > 5);
    const path = cards.slice(0, depth + 1).map(({ place }) => place);
    const followed = cards[depth + 1]?.place.join();
    sync(channels, card.blocks, () => make("div", "channel"), (channel, block) => drawBlock(state, channel, block, path, followed));
  });
  if (box.hidden || !state.opening) return;
  state.opening = false;
  box.scrollIntoView({ block: "nearest" });
}

function drawBlock(state, channel, block, path, followed) {
  const [label, cells, sum] = once(channel, () => [make("p", "label"), make("div", "products"), make("p", "sum")]);
  set(label, block.name);
  set(sum, block.sum);
  sync(cells, block.cells, () => make("button", "", { type: "button" }), (cell, { text, small, to, kind, won }) => {
    const [large, factors] = once(cell, () => [make("b"), make("small")]);
    set(large, kind === "skipped" ? "·" : text);
    set(factors, kind === "skipped" ? "" : small);
    cell.className = [kind, won ? "winner" : "", to && to.join() === followed ? "followed" : ""].join(" ").trim();
    cell.disabled = !to;
    cell.title = to ? "Take this number apart" : "";
    cell.onclick = () => takeApart(state, [...path, to]);
  });
}

// Where the numbers lie and where they look, marked on the maps.
function drawMarks(state, figures, cards) {
  for (const mark of state.marks ?? []) mark.remove();
  state.marks = [];
  const put = (key, className, { top, left, height, width }) => {
    const figure = figures.get(key);
    if (!figure) return;
    const [frame] = figure.parts;
    const canvas = frame.firstElementChild;
    const mark = frame.appendChild(make("i", `mark ${className}`));
    const place = { top: top / canvas.height, left: left / canvas.width, height: height / canvas.height, width: width / canvas.width };
    Object.entries(place).forEach(([side, share]) => (mark.style[side] = `${100 * share}%`));
    state.marks.push(mark);
  };
  for (const { place, window: seen } of cards) {
    const [stage, map, row, column] = place;
    put(`${stage} ${map}`, "point", { top: row, left: column, height: 1, width: 1 });
    if (stage === 0) put("picture", "seen", seen);
    else seen.maps.forEach((each) => put(`${stage - 1} ${each}`, "seen", seen));
  }
}
