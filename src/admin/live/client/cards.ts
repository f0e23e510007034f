import { type LivePoint } from '../../../telemetry/live/messages';
import { type PageElement, browser } from './browser';
import { byId, element, setText } from './elements';
import { clock } from './format';
import { MEASURES, type Measure } from './measures';
import { type Plot, createPlot } from './plot';
import { type LiveRecord, type MinuteSums } from './record';

interface Card {
  readonly measure: Measure;
  readonly area: PageElement;
  readonly headline: PageElement;
  readonly note: PageElement;
  /** The current values of the curves, in the same order. */
  readonly values: readonly PageElement[];
  plot: Plot;
}

/** The charts with their figures. All show the second under the pointer, or the most recent one. */
export class Cards {
  readonly #record: LiveRecord;
  readonly #cards: readonly Card[];
  #pointed: LivePoint | undefined;

  constructor(record: LiveRecord) {
    this.#record = record;
    this.#cards = MEASURES.map((measure) => this.#createCard(measure));
    browser.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#repaint());
  }

  render(): void {
    for (const { plot } of this.#cards) plot.draw(this.#record.points);
    this.#renderFigures();
  }

  #renderFigures(): void {
    const minute = this.#record.minute();
    for (const card of this.#cards) this.#renderCard(card, minute);
  }

  #renderCard({ measure, headline, note, values }: Card, minute: MinuteSums): void {
    const record = this.#record;
    const point = this.#pointed;
    setText(headline, point === undefined ? measure.now(record, minute) : measure.at(point));
    setText(note, point === undefined ? measure.note(record, minute) : `at ${clock(point.atMs)}`);
    for (const [index, curve] of measure.curves.entries()) {
      const value = point === undefined ? curve.now(record) : curve.of(point);
      const target = values[index];
      if (target !== undefined) setText(target, value === null ? '–' : measure.format(value));
    }
  }

  #createCard(measure: Measure): Card {
    const area = element('div', 'plot');
    // The chart is hidden from screen readers: text and figures beside it show the same data.
    area.setAttribute('aria-hidden', 'true');
    const headline = element('strong', 'headline', '–');
    const note = element('span', 'note');
    const values = measure.curves.map(() => element('span', 'value', '–'));
    const title = element('h2', '', measure.title);
    const card = element(
      'section',
      'card',
      element('header', '', title, headline, note),
      area,
      legend(measure, values),
    );
    card.setAttribute('data-measure', measure.id);
    byId('cards').append(card);
    const made: Card = { measure, area, headline, note, values, plot: this.#createPlot(measure, area) };
    new browser.ResizeObserver(() => made.plot.resize()).observe(area);
    return made;
  }

  #createPlot(measure: Measure, area: PageElement): Plot {
    return createPlot(measure, area, (point) => {
      if (point === this.#pointed) return;
      this.#pointed = point;
      this.#renderFigures();
    });
  }

  /** Recreates the charts after a change of colours, because style sheets do not apply to a canvas. */
  #repaint(): void {
    for (const card of this.#cards) {
      card.plot.destroy();
      card.plot = this.#createPlot(card.measure, card.area);
    }
    this.render();
  }
}

function legend({ curves }: Measure, values: readonly PageElement[]): PageElement {
  const list = element('ul', 'legend');
  list.hidden = curves.length === 1;
  curves.forEach(({ label, color }, index) => {
    const key = element('span', 'key');
    key.style.setProperty('background', `var(${color})`);
    list.append(element('li', '', key, `${label} `, values[index] ?? ''));
  });
  return list;
}
