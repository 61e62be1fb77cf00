/** A formula in words, from its MathML. */

const WORDS: Record<string, string> = {
  "=": "equals", "≠": "is not equal to", "≈": "is about", "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least",
  "+": "plus", "-": "minus", "−": "minus", "±": "plus or minus", "·": "times", "×": "times", "⋅": "times", "*": "times", "/": "over", "∘": "after",
  "∑": "the sum", "∏": "the product", "∫": "the integral", "∂": "partial", "∇": "gradient of", "∞": "infinity", "→": "to", "←": "from", "∼": "is distributed as", "~": "is distributed as",
  "∈": "in", "∝": "is proportional to", "…": "and so on", "⋯": "and so on", "|": "bar", "‖": "norm", "⊙": "times, element by element", "⊤": "transposed", "!": "factorial", "∀": "for all",
  "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "η": "eta", "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "ω": "omega", "Φ": "capital phi", "Σ": "capital sigma", "Δ": "delta",
  "ℝ": "the real numbers", "𝔼": "the expected value of", "′": "prime", "̂": "hat", "^": "hat", "¯": "bar", "‾": "bar",
  "(": "(", ")": ")", "[": "(", "]": ")", "{": "(", "}": ")", ",": ",", ";": ",", ".": ".", ":": ":",
  "\u2061": "of", "\u2062": "", "\u2063": "", "\u2064": "",
};

const POWERS: Record<string, string> = { "2": "squared", "3": "cubed", "⊤": "transposed", T: "transposed", "−1": "inverse", "-1": "inverse", "′": "prime" };

export function inWords(math: Element): string {
  return said(math).replace(/\(/g, ", ").replace(/\)/g, ", ").replace(/\s+/g, " ").replace(/(?:times ){3}/g, "and so on, ").replace(/of , /g, "of ").replace(/\s+([,.])/g, "$1").replace(/,(\s*,)+/g, ",").replace(/^[\s,]+|[\s,]+$/g, "");
}

function said(node: Element): string {
  const inside = [...node.children].map(said);
  const [a = "", b = "", c = ""] = inside;
  switch (node.localName) {
    case "mi":
    case "mo":
    case "mn":
    case "mtext": {
      const text = (node.textContent ?? "").trim();
      return WORDS[text] ?? text.normalize("NFKC");
    }
    case "mfrac":
      return simple(node) ? `${a} over ${b}` : `( ${a} ) over ( ${b} )`;
    case "msqrt":
      return `the square root of ${inside.join(" ")},`;
    case "mroot":
      return `the root of order ${b} of ${a},`;
    case "msup":
      return `${a} ${POWERS[(node.children[1]?.textContent ?? "").trim()] ?? `to the power of ${b},`}`;
    case "msub":
      return `${a} sub ${b}`;
    case "msubsup":
      return `${a} sub ${b} ${POWERS[(node.children[2]?.textContent ?? "").trim()] ?? `to the power of ${c},`}`;
    case "munder":
      return `${a} over ${b}`;
    case "mover":
      return `${a} ${b}`;
    case "munderover":
      return `${a} from ${b} to ${c} of`;
    case "mtr":
      return `${inside.join(" , ")} ;`;
    case "annotation":
    case "annotation-xml":
    case "mphantom":
      return "";
    default:
      return [...node.children].map((child, n) => (applied(node.children[n - 1], child) ? "of (" : inside[n])).join(" ");
  }
}

/** Whether neither part of a fraction holds an operation. */
function simple(fraction: Element): boolean {
  return fraction.querySelector("mo") === null;
}

/** Whether a bracket holds what the function before it is applied to. */
function applied(before: Element | undefined, bracket: Element): boolean {
  if (before === undefined || bracket.localName !== "mo" || !/^[([]$/.test(bracket.textContent ?? "")) return false;
  const name = (before.localName === "msub" ? before.firstElementChild : before)?.textContent ?? "";
  return before.localName !== "mo" && /^(?:[fghLNUE𝒩𝒰𝔼σφΦ]|\p{L}{2,})$/u.test(name.normalize("NFC"));
}
