import { applied, type Difference, type Json } from '../../difference';

/** How the page stands with the rehearsal. */
export type Standing = 'connecting' | 'live' | 'lost';

/** Who is told what a connection brings. */
export interface ConnectionListener {
  state(state: Json): void;
  standing(standing: Standing): void;
}

/** No word for this long means that the connection is dead, milliseconds; the server speaks every two seconds. */
const SILENCE = 7000;

/** Listens to `/events`, for ever: what breaks is opened again. */
export class Connection {
  private source: EventSource | undefined;
  private known: Json | undefined;
  private pageId: string | undefined;
  private watchdog = 0;

  constructor(private readonly listener: ConnectionListener) {}

  open(): void {
    this.source?.close();
    this.known = undefined;
    const source = new EventSource('/events');
    this.source = source;
    source.addEventListener('page', ({ data }) => this.samePage(JSON.parse(data)));
    source.addEventListener('state', ({ data }) => this.learn(JSON.parse(data)));
    source.addEventListener('difference', ({ data }) => this.change(JSON.parse(data)));
    source.addEventListener('beat', () => this.heard());
    source.addEventListener('error', () => this.failed(source));
    this.watch();
  }

  /** A newer rehearsal may serve a newer page at the same address. */
  private samePage(id: string): void {
    if (this.pageId !== undefined && this.pageId !== id) {
      location.reload();
    }
    this.pageId = id;
  }

  private learn(state: Json): void {
    this.known = state;
    this.heard();
    this.listener.state(state);
  }

  private change(difference: Difference): void {
    if (this.known !== undefined) {
      this.learn(applied(this.known, difference));
    }
  }

  private heard(): void {
    this.watch();
    this.listener.standing('live');
  }

  /** The browser tries again by itself, unless it was turned away. */
  private failed(source: EventSource): void {
    this.listener.standing('lost');
    if (source.readyState === EventSource.CLOSED && source === this.source) {
      this.watch(1000);
    }
  }

  private watch(silence = SILENCE): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      this.listener.standing('lost');
      this.open();
    }, silence);
  }
}
