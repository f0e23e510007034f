/** One start of a contender. */
export interface Setting {
  /** A folder of its own. */
  readonly dir: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly targetPort: number;
  /** The folder that holds the 404 page, and the page's name in it. */
  readonly pages: string;
  readonly page: string;
  /** One JSON line an exchange to standard output. */
  readonly isLogged: boolean;
}

/** How to start it. `metricsPath`: where on the metrics port its figures are. */
export interface Launch {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly metricsPath?: string;
}
