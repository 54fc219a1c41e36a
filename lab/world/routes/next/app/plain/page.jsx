/** Slots that are not prepared. */
export default function Page() {
  return (
    <main>
      <h1 className="headline" data-pp-slot="headline">
        Original headline
      </h1>
      <p className="teaser" data-pp-slot="teaser">
        Original teaser
      </p>
    </main>
  )
}
