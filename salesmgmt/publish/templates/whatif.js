"use strict";
// The team size for any setting of the levers: salesmgmt/plan/sizing/whatif.py, operation by operation.
const whatif = (() => {
  const LEVERS = ["frequency", "visits_per_rep", "selling_share", "win_rate", "variable_share"];
  const whole = people => Math.max(0, Math.ceil(people - 1e-9));

  function evaluate(model, perCent) {
    const at = {};
    for (const name of LEVERS) at[name] = name in perCent ? perCent[name] / 100 : 1;
    const byRole = {};
    let placed = 0;
    for (const role of Object.keys(model.roles)) {
      byRole[role] = rolePeople(model, role, at) + (model.heads[role] ?? 0);
      placed += byRole[role];
    }
    const people = placed + (model.heads[""] ?? 0);
    const headcount = whole(people);
    const paid = cost(model, byRole, placed, headcount, at);
    return { people, headcount, cost: paid, band: bandAt(model, at), chance: chanceAt(model, at) };
  }

  function rolePeople(model, role, at) {
    const own = model.roles[role];
    let visits = 0, hours = 0, adjusted = 0;
    for (const row of model.rows) {
      if (row.role !== role) continue;
      let each = row.visits_per_year * at.frequency;
      if (model.sought && row.status === "prospect") each = each / at.win_rate;
      const made = row.customers * each;
      visits += made;
      hours += made * row.hours_per_visit;
      adjusted += row.adjusted * each;
    }
    if (!(visits > 0)) return 0;
    let oneRep = own.visits_per_rep;
    if (oneRep === undefined) {
      const time = own.working_days * own.hours_per_day * (own.selling_share * at.selling_share);
      oneRep = time / (hours / visits + own.travel_hours_per_visit);
    }
    return adjusted / (oneRep * at.visits_per_rep);
  }

  function cost(model, byRole, placed, headcount, at) {
    if (model.pay === null) return null;
    let factor = 1;
    for (const lever of model.levers) {
      if (lever.name !== "variable_share") continue;
      const share = lever.base * at.variable_share;
      factor = share / (1 - share) * ((1 - lever.base) / lever.base);
    }
    let total = 0;
    for (const [role, people] of Object.entries(byRole)) {
      total += people * (model.pay[role].fixed + factor * model.pay[role].variable);
    }
    return placed > 0 ? headcount * (total / placed) : 0;
  }

  function bandAt(model, at) {
    const grid = model.band;
    if (grid === null) return null;
    const [i, x] = place(grid.selling_share, at.selling_share);
    const up = model.sought ? at.win_rate : 1;
    const [j, y] = place(grid.win_rate, up);
    const width = grid.win_rate.length;
    return grid.load[0].map((_, k) => {
      const ends = [i, Math.min(i + 1, grid.selling_share.length - 1)].map(side => {
        const below = grid.load[side * width + j][k];
        const above = grid.load[side * width + Math.min(j + 1, width - 1)][k];
        return below + (above - below) * y;
      });
      const load = ends[0] + (ends[1] - ends[0]) * x;
      const scale = at.frequency / at.visits_per_rep / (at.selling_share * up);
      return whole(grid.heads + load * scale);
    });
  }

  function chanceAt(model, at) {
    const points = model.chance;
    if (points === null) return null;
    const [i, x] = place(points.win_rate, at.win_rate);
    const below = points.probability[i], above = points.probability[Math.min(i + 1, points.win_rate.length - 1)];
    return below + (above - below) * Math.min(1, Math.max(0, x));
  }

  function place(nodes, value) {
    let i = 0;
    while (i < nodes.length - 2 && nodes[i + 1] <= value) i += 1;
    return [i, nodes.length === 1 ? 0 : (value - nodes[i]) / (nodes[i + 1] - nodes[i])];
  }

  return { evaluate };
})();

// One form per sizing: levers in, people, cost and chance out, the setting in the address after #.
for (const form of document.querySelectorAll("form.whatif")) {
  const model = JSON.parse(document.getElementById(`${form.id}-model`).textContent);
  const words = JSON.parse(form.dataset.words);
  const inputs = [...form.querySelectorAll("input")];
  const plan = whatif.evaluate(model, {});

  const fixed = (value, decimals) => {
    const shown = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return shown.toLocaleString("en-US", digits).replace("-", "\u2212");
  };
  const counted = (value, unit) => words[unit][value === 1 ? 0 : 1].replace("{n}", fixed(value, 0));
  const money = value => {
    const [size, text] = words.money.find(([size]) => Math.abs(value) >= size) ?? words.money.at(-1);
    const amount = value / size;
    const isWhole = Math.abs(amount - Math.round(amount)) < 1e-9;
    const decimals = Math.abs(amount) >= 1000 || isWhole ? 0 : Math.abs(amount) >= 100 ? 1 : 2;
    return text.replace("{n}", fixed(amount, decimals));
  };
  const percent = share => {
    const isWhole = Math.abs(share * 100 - Math.round(share * 100)) < 1e-9;
    return fixed(share * 100, isWhole ? 0 : 1) + "%";
  };
  const change = (value, text) =>
    !/[1-9]/.test(text(Math.abs(value))) ? words.same : words.change.replace("{change}", (value > 0 ? "▲ +" : "▼ \u2212") + text(Math.abs(value)));
  const leverText = (lever, value) => {
    if (lever.base === null) return `${value}%`;
    const own = lever.base * value / 100;
    return `${value}% · ${lever.name === "visits_per_rep" ? counted(Math.round(own), "visits") : percent(own)}`;
  };
  const say = (name, text) => {
    const place = form.querySelector(`[data-say="${name}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  };

  function show() {
    const perCent = Object.fromEntries(inputs.map(input => [input.name, Number(input.value)]));
    for (const input of inputs) {
      const text = leverText(model.levers.find(lever => lever.name === input.name), perCent[input.name]);
      input.setAttribute("aria-valuetext", text);
      document.getElementById(`${input.id}-value`).textContent = text;
    }
    const found = whatif.evaluate(model, perCent);
    say("headcount", counted(found.headcount, "people"));
    say("headcount-change", change(found.headcount - plan.headcount, value => counted(value, "people")));
    if (found.band) {
      const [low, middle, high] = found.band;
      say("band", words.band.replace("{low}", fixed(low, 0)).replace("{high}", fixed(high, 0)).replace("{middle}", fixed(middle, 0)));
    }
    if (found.chance !== null) {
      say("chance", percent(found.chance));
      say("chance-change", change(found.chance - plan.chance, percent));
    }
    if (found.cost !== null) {
      say("cost", money(found.cost));
      say("cost-change", change(found.cost - plan.cost, money));
    }
  }

  function keep() {
    const moved = inputs.filter(input => input.value !== "100").map(input => `&${input.name}=${input.value}`);
    history.replaceState(null, "", moved.length ? `#${form.id}${moved.join("")}` : `#${form.id}`);
  }

  function restore() {
    const [id, ...moved] = location.hash.slice(1).split("&");
    if (id !== form.id) return false;
    const setting = new Map(moved.map(pair => pair.split("=")));
    for (const input of inputs) {
      const value = setting.get(input.name) ?? "";
      input.value = /^\d{1,3}$/.test(value) ? value : "100";
    }
    show();
    return moved.length > 0;
  }

  const reset = () => { for (const input of inputs) input.value = "100"; };
  form.addEventListener("input", () => { show(); keep(); });
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => { event.preventDefault(); reset(); show(); keep(); });
  window.addEventListener("hashchange", () => { if (restore()) form.scrollIntoView({ block: "center" }); });
  form.hidden = false;
  reset();
  show();
  if (restore()) form.scrollIntoView({ block: "center" });
}
