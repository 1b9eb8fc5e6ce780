/** A GraphQL document that the product sends, as one named operation. All of them are validated against GitHub's
 *  published schema in the test command. Connections nest at most once below the items of a page, since a nested
 *  connection counts once for each parent in GitHub's price of a query. */
export interface GraphQlDocument {
  readonly name: string;
  readonly text: string;
}
