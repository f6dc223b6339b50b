# Writes TARGET, a C++ file that holds FILES of FOLDER, after the pattern SOURCE.
#
#   cmake -D FOLDER=... -D FILES=a;b -D SOURCE=... -D TARGET=... -P embed.cmake
foreach(file IN LISTS FILES)
  file(READ ${FOLDER}/${file} text)
  string(APPEND entries "    {\"${file}\", R\"shipped(${text})shipped\"},\n")
endforeach()
configure_file(${SOURCE} ${TARGET} @ONLY)
