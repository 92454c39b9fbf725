// How a page is built, as one text: what an accessibility rule can see of it, and nothing of what it happens to say.
// Elements with their attributes and states in order; a text, an address or a value counts as there or not there; names that elements
// point at each other by are numbered as they come; what overflows is told; neighbours built alike count once.
() => {
  const names = new Map();
  const numbered = name => { if (!names.has(name)) names.set(name, names.size); return "#" + names.get(name); };
  const POINTING = new Set(["id", "for", "headers", "list", "form", "aria-controls", "aria-describedby", "aria-details",
    "aria-errormessage", "aria-flowto", "aria-labelledby", "aria-owns", "aria-activedescendant"]);
  const KEPT = new Set(["class", "style", "role", "type", "lang", "dir", "scope", "tabindex", "hidden", "colspan", "rowspan", "autocomplete",
    "rel", "target", "width", "height", "aria-hidden", "aria-live", "aria-modal", "aria-level", "aria-current", "aria-expanded",
    "aria-selected", "aria-pressed", "aria-checked", "aria-invalid", "aria-required", "aria-sort", "aria-haspopup", "aria-disabled",
    "aria-multiline", "aria-orientation", "aria-atomic", "aria-busy", "aria-relevant", "aria-roledescription", "aria-readonly"]);
  const attribute = ({name, value}) => {
    if (POINTING.has(name)) return name + "=" + value.split(/\s+/).map(numbered).join(" ");
    if (KEPT.has(name)) return name + "=" + value;
    return name + (value.trim() ? "=…" : "");
  };
  const states = e => [
    e.checked && "checked", e.disabled && "disabled", e.selected && "selected", e.open && "open",
    typeof e.value === "string" && e.value && "filled",
    e.scrollWidth > e.clientWidth && "wide", e.scrollHeight > e.clientHeight && "tall",
    !e.getClientRects().length && "unseen", e === document.activeElement && "active",
  ].filter(Boolean).join(" ");
  const element = e => {
    const inside = [];
    for (const node of e.childNodes) {
      const told = node.nodeType === 3 ? (node.data.trim() && e.tagName !== "SCRIPT" && e.tagName !== "STYLE" ? "…" : "")
        : node.nodeType === 1 ? element(node) : "";
      if (told && told !== inside[inside.length - 1]) inside.push(told);
    }
    const attributes = [...e.attributes].map(attribute).sort().join(" ");
    return `<${e.localName} ${attributes} ${states(e)}>${inside.join("")}</>`;
  };
  return element(document.documentElement);
}
