/** Something in the options or the manifests that the filter cannot do. Thrown anywhere below, told once at the door. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
