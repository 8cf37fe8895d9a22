import { mediansOf, middleRound } from './report.ts';
import type { CreateResults, SizeResults } from './results.ts';

const width = 860;
const left = 130;
const barHeight = 24;
const groupHeight = 104;
const top = 70;
/** One colour a phase, in the order in which they come; what is in no activity is hatched out in grey. */
const palette = ['#4e79a7', '#f28e2b', '#76b7b2', '#59a14f', '#edc948', '#b07aa1', '#e15759', '#9c755f', '#2f6f8f', '#86bc4d', '#d4a6c8', '#d7b5a6'];
const grey = '#b8bdc4';

/** Bars of what each way took, Slipway's by the phases of its critical path. Pure: SVG, readable on any background. */
export function renderChart(results: CreateResults): string {
  const longest = Math.max(...results.sizes.flatMap((size) => [mediansOf(size).byHand, mediansOf(size).slipway]));
  const scale = (width - left - 90) / longest;
  const colours = phaseColours(results.sizes);
  const legendTop = top + results.sizes.length * groupHeight;
  const height = legendTop + Math.ceil((colours.size + 1) / 3) * 22 + 30;
  const { cores, memoryGiB } = results.machine;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    text(20, 30, 'Seconds until all Nodes are Ready: kubeadm by hand, and slipway', 'font-size="16" font-weight="600"'),
    text(20, 50, `Medians, in turns on one machine (${cores} cores, ${memoryGiB} GiB), Kubernetes ${results.kubernetes}, ${results.date.slice(0, 10)}`, 'fill="#555"'),
    ...results.sizes.map((size, index) => group(size, { y: top + index * groupHeight, scale, colours })),
    ...legend(colours, legendTop + 10),
    '</svg>',
    '',
  ].join('\n');
}

type Place = { readonly y: number; readonly scale: number; readonly colours: ReadonlyMap<string, string> };

function group(size: SizeResults, { y, scale, colours }: Place): string {
  const { byHand, slipway, ratio } = mediansOf(size);
  const [second, third] = [y + 32, y + 32 + barHeight + 6];
  return [
    text(20, y + 22, `${size.size} machines`, 'font-weight="600"'),
    text(20, second + 17, 'by hand'),
    rectangle({ x: left, y: second, width: byHand * scale, fill: '#8a9099', title: `by hand: ${byHand.toFixed(1)} s` }),
    text(left + byHand * scale + 8, second + 17, `${byHand.toFixed(1)} s`),
    text(20, third + 17, 'slipway'),
    ...segments(size, { y: third, scale, colours }),
    text(left + slipway * scale + 8, third + 17, `${slipway.toFixed(1)} s (${ratio.toFixed(2)})`, 'font-weight="600"'),
  ].join('\n');
}

/** The phases of the round in the middle, drawn to the length of the median. */
function segments(size: SizeResults, { y, scale, colours }: Place): readonly string[] {
  const round = middleRound(size);
  if (round === undefined) return [];
  const seconds = round.path.phases.map(({ phase, ms }) => ({ name: phase, seconds: ms / 1000, fill: colours.get(phase) ?? grey }));
  const rest = round.slipway - seconds.reduce((sum, part) => sum + part.seconds, 0);
  const stretch = (mediansOf(size).slipway / round.slipway) * scale;
  let x = left;
  return [...seconds, { name: 'Temporal, workflow code, command line', seconds: rest, fill: grey }].map((part) => {
    const drawn = rectangle({ x, y, width: part.seconds * stretch, fill: part.fill, title: `${part.name}: ${part.seconds.toFixed(1)} s` });
    x += part.seconds * stretch;
    return drawn;
  });
}

/** Phases that take less than this share of every bar are grey: nobody would see their colour. */
const visible = 0.02;

function phaseColours(sizes: readonly SizeResults[]): ReadonlyMap<string, string> {
  const shown = sizes.flatMap((size) => {
    const path = middleRound(size)?.path;
    return path === undefined ? [] : path.phases.filter(({ ms }) => ms / path.totalMs >= visible).map(({ phase }) => phase);
  });
  return new Map([...new Set(shown)].map((phase, index) => [phase, palette[index % palette.length] ?? grey]));
}

function legend(colours: ReadonlyMap<string, string>, y: number): readonly string[] {
  return [...colours, ['the rest, and Temporal', grey] as const].map(([phase, fill], index) => {
    const [x, line] = [20 + (index % 3) * 275, y + Math.floor(index / 3) * 22];
    return `<rect x="${x}" y="${line}" width="13" height="13" rx="2" fill="${fill}"/>${text(x + 20, line + 11, phase)}`;
  });
}

function rectangle(box: { readonly x: number; readonly y: number; readonly width: number; readonly fill: string; readonly title: string }): string {
  return `<rect x="${box.x.toFixed(1)}" y="${box.y}" width="${Math.max(0, box.width).toFixed(1)}" height="${barHeight}" fill="${box.fill}"><title>${escape(box.title)}</title></rect>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}"${attributes.includes('fill=') ? '' : ' fill="#1b1f24"'}${attributes === '' ? '' : ` ${attributes}`}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
